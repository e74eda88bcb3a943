from engine import run

run(None, [])
