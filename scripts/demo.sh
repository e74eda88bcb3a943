#!/bin/sh
# Lays the fixtures out with their dates, indexes them and asks the demo's questions.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
demo=${1:-build/demo}
mkdir -p "$demo"
MODELSEARCH_DB="$demo/models.db"
export MODELSEARCH_DB

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n$ %s\n' "$*"; }

echo "laying out the example models in $demo/models"
python "$here/fixtures/lay_out.py" "$demo/models"
say "modelsearch index $demo/models"
if ! modelsearch index "$demo/models"; then
  echo "making the demo's database anew"
  rm -f "$MODELSEARCH_DB" "$MODELSEARCH_DB"-*
  modelsearch index "$demo/models"
fi

while IFS= read -r question; do
  case $question in '' | '#'*) continue ;; esac
  say "modelsearch query \"$question\""
  modelsearch query "$question"
done < "$here/fixtures/demo-questions.txt"

cat <<EOF

The database is $MODELSEARCH_DB. Ask your own:
  $here/.venv/bin/modelsearch query "which GANs were trained on CelebA?" --db $MODELSEARCH_DB
EOF
