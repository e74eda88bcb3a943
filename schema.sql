-- modelsearch: one SQLite file about the machine-learning models under a few folders.
--
-- For people who read this in the sqlite3 shell: start with the views.
--   SELECT * FROM models;                       one row per model, the columns of the result table
--   SELECT * FROM stages WHERE model_id = '…';  its training stages
--   SELECT * FROM images WHERE model_id = '…';  its pictures
--   SELECT * FROM runs WHERE model_id = '…';    its recorded runs; also curves and checkpoints
--   SELECT * FROM terms WHERE strength <> 'code';  what names and texts say, and code does not
--   SELECT * FROM facets;                       how many models per dataset, family, framework …
--   SELECT * FROM evidence_of WHERE model_id = '…';  where each value was read
--   SELECT m.model_id, p.title FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid
--     JOIN model m ON m.id = p.model WHERE passage_fts MATCH '"teacher" "forcing"';
--
-- Unknown is NULL. Nothing here was guessed: every value has a row in evidence that names the
-- file and the line (or key) where it stands. Times are ISO 8601 with the offset of their author,
-- so that text comparison compares local times. No extension is needed to read, search or change
-- this file: deleting a model removes all that belongs to it, by triggers, whether or not
-- PRAGMA foreign_keys is on.

-- Larger pages than SQLite's own choice: rows here carry texts and vectors, of which a page of 4 KB
-- holds few and wastes much. Only the first statement of a new file can say so.
PRAGMA page_size = 8192;

-- 'msrc' in ASCII: tells this file from other SQLite databases.
PRAGMA application_id = 1836282467;
PRAGMA user_version = 5;

-- What was indexed, by which version, with which encoder.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT
) STRICT, WITHOUT ROWID;

-- A folder that was given to `modelsearch index`.
CREATE TABLE root (
  id         INTEGER PRIMARY KEY,
  path       TEXT NOT NULL UNIQUE,     -- absolute, forward slashes
  indexed_at TEXT
) STRICT;

-- Every file that an index run looked at, so that the next run reads only what changed.
CREATE TABLE artefact (
  root         INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path         TEXT NOT NULL,          -- relative to the root
  kind         TEXT NOT NULL,          -- script, notebook, image, run, checkpoint
  size_bytes   INTEGER NOT NULL,
  mtime_ns     INTEGER NOT NULL,
  content_hash BLOB,                   -- of the file's bytes; NULL: as the model's
  status       TEXT NOT NULL,          -- model, used, skipped, failed, fault (of the reader)
  reason       TEXT,                   -- why it is not a model, or what went wrong
  model        INTEGER,                -- the model that it is
  reading      INTEGER,                -- what the reading depended on: rows of dependency
  pictures     TEXT,                   -- names of pictures that a script writes, as JSON
  PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;

-- What a script's reading depended on beside the script itself: modules and settings that it
-- imports, READMEs, requirement files. A change of one makes the reading stale.
CREATE TABLE dependency (
  reading      INTEGER NOT NULL,       -- as in artefact
  path         TEXT NOT NULL,          -- relative to the root
  content_hash BLOB NOT NULL,          -- empty where the file is missing
  PRIMARY KEY (reading, path)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER artefact_deleted AFTER DELETE ON artefact BEGIN
  DELETE FROM dependency WHERE reading = old.reading;
END;

-- One trained or trainable model: a script, a notebook, a card …
CREATE TABLE model (
  id                INTEGER PRIMARY KEY,
  model_id          TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- the public name, from the path
  name              TEXT NOT NULL,
  spelling          TEXT,              -- model_id without case, accents and punctuation
  kind              TEXT NOT NULL,     -- script, notebook; run, checkpoint: without a script
  root              INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path              TEXT NOT NULL,     -- relative to the root, forward slashes
  size_bytes        INTEGER NOT NULL,
  created_at        TEXT,              -- ISO 8601 with offset
  modified_at       TEXT,
  date_source       TEXT,              -- git, file
  commits           INTEGER,           -- commits that touched the file, where git knows
  framework         TEXT,
  framework_version TEXT,
  architecture      TEXT,              -- the class that is trained
  task              TEXT,
  task_strength     TEXT,              -- as in model_term
  application       TEXT,
  description       TEXT,
  parameters        INTEGER,           -- number of weights, where all sizes are known
  lines_of_code     INTEGER,
  readme            TEXT,              -- path of the README that speaks of it
  content_hash      BLOB               -- of the file's bytes
) STRICT;                              -- root and path are unique: artefact's key
CREATE INDEX model_architecture ON model (architecture COLLATE NOCASE);
CREATE INDEX model_spelling  ON model (spelling);
CREATE INDEX model_task_weaker ON model (task COLLATE NOCASE, task_strength)
  WHERE task_strength <> 'code';

-- The shared vocabulary: architecture families, datasets, frameworks, techniques, hardware.
CREATE TABLE term (
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,              -- family, dataset, framework, technique, hardware
  name     TEXT NOT NULL COLLATE NOCASE,
  modality TEXT,                       -- datasets: image, text, audio, tabular, game …
  axis     TEXT,                       -- families: built of, trained as
  UNIQUE (kind, name)
) STRICT;

-- Other spellings of a term, and what it shows or is about (CIFAR-10: animal, vehicle).
CREATE TABLE term_alias (
  term  INTEGER NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  alias TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (term, alias)
) STRICT, WITHOUT ROWID;
CREATE TABLE term_subject (
  term    INTEGER NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  subject TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (subject, term)
) STRICT, WITHOUT ROWID;

-- A term's broader terms, transitively, itself included at distance 0: LSTM → RNN.
CREATE TABLE term_ancestor (
  term     INTEGER NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  ancestor INTEGER NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  distance INTEGER NOT NULL,
  PRIMARY KEY (ancestor, term)
) STRICT, WITHOUT ROWID;

-- Which terms a model has. position keeps the order of the file (device preference).
CREATE TABLE model_term (
  model    INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  term     INTEGER NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  position INTEGER NOT NULL DEFAULT 0,
  role     TEXT,                       -- datasets: train, test, other
  subset   TEXT,                       -- datasets: the part that was kept
  note     TEXT,
  -- What bears the link: code that runs, a text or a class name that states it, or only the name
  -- of a file or folder. What is not by code stands only where code says nothing of the kind.
  strength TEXT NOT NULL DEFAULT 'code' CHECK (strength IN ('code', 'stated', 'named')),
  PRIMARY KEY (model, term)
) STRICT, WITHOUT ROWID;
CREATE INDEX model_term_by_term ON model_term (term, model);
CREATE INDEX model_term_weaker  ON model_term (term, model) WHERE strength <> 'code';
CREATE INDEX model_term_subset  ON model_term (term, model) WHERE subset IS NOT NULL;

-- One row per optimisation loop; the main one is shown in the result table.
CREATE TABLE training_stage (
  model         INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  name          TEXT NOT NULL,
  main          INTEGER NOT NULL DEFAULT 0 CHECK (main IN (0, 1)),
  main_rule     TEXT,                  -- why this stage is the main one
  model_class   TEXT,
  optimizer     TEXT,
  learning_rate REAL,
  batch_size    INTEGER,
  epochs        INTEGER,
  steps         INTEGER,
  episodes      INTEGER,
  weight_decay  REAL,
  betas         TEXT,
  momentum      REAL,
  scheduler     TEXT,
  loss          TEXT,                  -- terms joined by ', '
  gradient_accumulation INTEGER,
  mixed_precision       TEXT,
  ema                   TEXT,
  PRIMARY KEY (model, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX stage_class ON training_stage (model_class COLLATE NOCASE, model);

-- Named settings beyond the stage columns, and sizes of layers.
CREATE TABLE hyperparameter (
  id     INTEGER PRIMARY KEY,
  model  INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  name   TEXT NOT NULL COLLATE NOCASE,
  number REAL,                         -- where it is a number
  text   TEXT                          -- the value as written otherwise
) STRICT;
CREATE INDEX hyperparameter_name ON hyperparameter (name, number, model);
CREATE INDEX hyperparameter_model ON hyperparameter (model);
CREATE TABLE layer_fact (
  id     INTEGER PRIMARY KEY,
  model  INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  name   TEXT NOT NULL COLLATE NOCASE, -- layers, hidden_size, heads, latent_size, image_size …
  number REAL,
  text   TEXT
) STRICT;
CREATE INDEX layer_fact_name ON layer_fact (name, number, model);
CREATE INDEX layer_fact_model ON layer_fact (model);

-- Measured results as files state them.
CREATE TABLE metric (
  id               INTEGER PRIMARY KEY,
  model            INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  name             TEXT NOT NULL COLLATE NOCASE,
  value            REAL NOT NULL,
  dataset          TEXT,
  split            TEXT,
  step             INTEGER,
  higher_is_better INTEGER CHECK (higher_is_better IN (0, 1)),
  run              INTEGER REFERENCES run (id) ON DELETE CASCADE,  -- NULL: of no recorded run
  reported_at      TEXT                -- runs: last, best or final; NULL: not said
) STRICT;
CREATE INDEX metric_name ON metric (name, value, model);
CREATE INDEX metric_model ON metric (model);
CREATE INDEX metric_run ON metric (run) WHERE run IS NOT NULL;

-- A place where runs or checkpoints were found: a run's folder, a tracker's database, a log, a
-- checkpoint. state changes whenever one of its files does; NULL: must be read again.
CREATE TABLE run_source (
  id         INTEGER PRIMARY KEY,
  root       INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path       TEXT NOT NULL,            -- relative to the root
  kind       TEXT NOT NULL,            -- the reader: mlflow, wandb, tensorboard, safetensors …
  state      BLOB,                     -- hash of the names, sizes and times of its files
  size_bytes INTEGER NOT NULL DEFAULT 0,
  status     TEXT NOT NULL,            -- read, skipped, failed
  reason     TEXT,                     -- why it was not read, or what of it was not
  UNIQUE (root, path, kind)
) STRICT;

-- One recorded execution of a training. What stands here is true of this run alone and never
-- replaces what the script says. Each value has a row in run_evidence.
CREATE TABLE run (
  id            INTEGER PRIMARY KEY,
  run_id        TEXT NOT NULL COLLATE NOCASE,  -- the name for people: train3, version_0, 7f3a…
  model         INTEGER REFERENCES model (id) ON DELETE CASCADE,  -- NULL: whose is not known
  owner_from    TEXT,                  -- how the model was found: the program that it names, …
  source        INTEGER NOT NULL REFERENCES run_source (id) ON DELETE CASCADE,
  root          INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path          TEXT NOT NULL,         -- folder or file, relative to the root
  position      INTEGER NOT NULL DEFAULT 0,    -- order among the runs of its model
  stands        INTEGER NOT NULL DEFAULT 0 CHECK (stands IN (0, 1)),  -- its model's best run
  tool          TEXT NOT NULL COLLATE NOCASE,  -- MLflow, W&B, TensorBoard, Lightning, Keras …
  native_id     TEXT,                  -- what the tool calls it
  name          TEXT,
  experiment    TEXT,                  -- or project, study, group
  parent        TEXT,                  -- native_id of the run that started it
  program       TEXT,                  -- the script that it names
  status        TEXT,                  -- finished, failed, running, pruned; NULL: not known
  started_at    TEXT,                  -- ISO 8601 with offset
  ended_at      TEXT,
  duration_s    REAL,
  seed          INTEGER,
  learning_rate REAL,
  batch_size    INTEGER,
  epochs        INTEGER,               -- planned
  optimizer     TEXT,
  dataset       TEXT,
  epochs_done   INTEGER,
  steps_done    INTEGER,
  commit_hash   TEXT,
  command       TEXT,
  hardware      TEXT,
  devices       INTEGER                -- GPUs or other accelerators used
) STRICT;
CREATE INDEX run_model ON run (model, position);
CREATE INDEX run_source_runs ON run (source);
CREATE INDEX run_name ON run (run_id);
CREATE INDEX run_experiment ON run (experiment COLLATE NOCASE) WHERE experiment IS NOT NULL;

-- Everything that a run was started with. swept: it was varied between the runs of an experiment.
CREATE TABLE run_setting (
  run    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name   TEXT NOT NULL COLLATE NOCASE,
  number REAL,                         -- where it is a number
  text   TEXT,                         -- the value as written otherwise
  swept  INTEGER NOT NULL DEFAULT 0 CHECK (swept IN (0, 1)),
  path   TEXT,                         -- as in run_evidence
  line   INTEGER,
  key    TEXT,
  PRIMARY KEY (name, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_setting_run ON run_setting (run);

-- A learning curve with all its points. data: zlib; inside, points differences of the counter as
-- signed LEB128 numbers, then points values as little-endian float32, byte planes one after the
-- other (all first bytes, all second bytes …).
CREATE TABLE curve (
  id       INTEGER PRIMARY KEY,
  run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name     TEXT NOT NULL COLLATE NOCASE,  -- accuracy, loss, mAP50 …
  tag      TEXT NOT NULL,              -- as the file names it: val/acc
  split    TEXT,                       -- train, validation, test
  counter  TEXT NOT NULL,              -- epoch, step; row where nothing counts
  points   INTEGER NOT NULL,
  first    REAL,
  last     REAL,
  last_at  INTEGER,
  best     REAL,                       -- NULL where better is not known
  best_at  INTEGER,
  lowest   REAL,
  highest  REAL,
  bad_at   INTEGER,                    -- first point that is no number or infinite
  higher_is_better INTEGER CHECK (higher_is_better IN (0, 1)),
  path     TEXT,                       -- as in run_evidence
  line     INTEGER,                    -- of its first point, in text files
  key      TEXT,
  data     BLOB NOT NULL
) STRICT;
CREATE INDEX curve_run ON curve (run);
CREATE INDEX curve_name ON curve (name, split, best);

-- What a run reached: of each curve that is a result the best and the last point, and what files
-- state as its final results. The rows of runs whose model is known stand in metric, too.
CREATE TABLE run_result (
  id               INTEGER PRIMARY KEY,
  run              INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name             TEXT NOT NULL COLLATE NOCASE,
  value            REAL NOT NULL,
  dataset          TEXT,
  split            TEXT,
  step             INTEGER,
  higher_is_better INTEGER CHECK (higher_is_better IN (0, 1)),
  reported_at      TEXT NOT NULL       -- best, last, final
) STRICT;
CREATE INDEX run_result_run ON run_result (run);
CREATE INDEX run_result_name ON run_result (name, value);

-- Where a run's values were read. path NULL: the run's own path; beginning with './': below it.
CREATE TABLE run_evidence (
  run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field    TEXT NOT NULL,
  value    TEXT NOT NULL,
  path     TEXT,
  line     INTEGER,
  key      TEXT,
  agrees   INTEGER NOT NULL DEFAULT 1 CHECK (agrees IN (0, 1)),
  note     TEXT,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- Saved weights. Their headers are read, never their tensors; no pickle is ever executed.
CREATE TABLE checkpoint (
  id              INTEGER PRIMARY KEY,
  model           INTEGER REFERENCES model (id) ON DELETE CASCADE,  -- NULL: whose is not known
  owner_from      TEXT,
  run             INTEGER REFERENCES run (id) ON DELETE SET NULL,
  source          INTEGER NOT NULL REFERENCES run_source (id) ON DELETE CASCADE,
  root            INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path            TEXT NOT NULL,       -- relative to the root
  format          TEXT NOT NULL COLLATE NOCASE,  -- safetensors, torch, ONNX, GGUF, Keras …
  size_bytes      INTEGER NOT NULL,    -- with all its shards
  files           INTEGER NOT NULL DEFAULT 1,
  saved_at        TEXT,
  epoch           INTEGER,
  step            INTEGER,
  parameters      INTEGER,             -- values in its tensors
  tensors         INTEGER,
  dtype           TEXT,
  class           TEXT COLLATE NOCASE, -- architecture or estimator that it names
  base_model      TEXT COLLATE NOCASE, -- what it was fine-tuned from
  monitored       TEXT,                -- the result by which it was kept
  monitored_value REAL,
  is_best         INTEGER CHECK (is_best IN (0, 1)),
  is_last         INTEGER CHECK (is_last IN (0, 1)),
  is_pointer      INTEGER NOT NULL DEFAULT 0 CHECK (is_pointer IN (0, 1)),  -- Git LFS
  framework_version TEXT,
  sha256          TEXT,                -- where a file states it
  note            TEXT
) STRICT;
CREATE INDEX checkpoint_model ON checkpoint (model);
CREATE INDEX checkpoint_run ON checkpoint (run);
CREATE INDEX checkpoint_source ON checkpoint (source);

-- Everything else that a checkpoint says of itself, and where (key) each value stands.
CREATE TABLE checkpoint_fact (
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
  name       TEXT NOT NULL COLLATE NOCASE,
  number     REAL,
  text       TEXT,
  path       TEXT,                     -- relative to the root; NULL: the checkpoint itself
  key        TEXT,
  PRIMARY KEY (checkpoint, name)
) STRICT, WITHOUT ROWID;

-- Pictures that a model made, or that stand beside it.
CREATE TABLE image (
  id              INTEGER PRIMARY KEY,
  image_id        TEXT NOT NULL UNIQUE,
  model           INTEGER REFERENCES model (id) ON DELETE CASCADE,  -- NULL: whose is not known
  owner_from      TEXT,                -- how the model was found: the only script in v1/, …
  run             INTEGER REFERENCES run (id) ON DELETE SET NULL,  -- in whose folder it lies
  root            INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
  path            TEXT NOT NULL,
  size_bytes      INTEGER NOT NULL,
  created_at      TEXT,
  modified_at     TEXT,
  date_source     TEXT,
  format          TEXT,                -- by the first bytes, whatever the suffix says
  width           INTEGER,             -- pixels
  height          INTEGER,
  frames          INTEGER,
  seconds         REAL,                -- how long an animation or a video lasts, where it says so
  epoch           INTEGER,             -- from the name, never from a size or a version in it
  epoch_from      TEXT,                -- file name, folder name, or the script that names it
  step            INTEGER,
  kind            TEXT,                -- samples, reconstruction, loss curve, animation …
  sha256          TEXT,
  perceptual_hash TEXT,                -- 64 bits, hexadecimal; NULL: no structure
  program         TEXT,                -- what wrote the settings below: AUTOMATIC1111, ComfyUI …
  prompt          TEXT,
  negative_prompt TEXT,
  metadata        TEXT,                -- embedded generation settings, JSON
  looks           INTEGER              -- which way of looking at it filled hash, colours and copy; NULL: not looked at yet
) STRICT;
CREATE INDEX image_model ON image (model, epoch);
CREATE INDEX image_path  ON image (root, path);
CREATE INDEX image_sha   ON image (sha256);
CREATE INDEX image_run   ON image (run) WHERE run IS NOT NULL;
CREATE INDEX image_program ON image (program) WHERE program IS NOT NULL;

-- What a picture shows, as far as names and prompts say: 'rose', 'smiling', 'not-smiling'.
CREATE TABLE image_word (
  image  INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  word   TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL,                -- name, prompt, text: of the file, of unknown form
  PRIMARY KEY (word, image, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_word_image ON image_word (image);

-- The colours that dominate it, the first first: black, white, grey, red, orange, brown, yellow,
-- green, cyan, blue, purple, pink.
CREATE TABLE image_colour (
  image    INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  colour   TEXT NOT NULL COLLATE NOCASE,
  share    REAL NOT NULL,              -- of the pixels, 0 to 1
  PRIMARY KEY (image, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_colour_name ON image_colour (colour, image);

-- Generation settings that the file states: seed, steps, sampler, cfg scale, model …
CREATE TABLE image_setting (
  image  INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  name   TEXT NOT NULL COLLATE NOCASE,
  number REAL,                         -- where it is a number
  text   TEXT,                         -- the value as written
  PRIMARY KEY (name, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_setting_image ON image_setting (image);

-- Small copies, only where the folders were indexed with --thumbnails.
CREATE TABLE thumbnail (
  image  INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
  format TEXT NOT NULL,                -- WEBP, JPEG
  width  INTEGER NOT NULL,
  height INTEGER NOT NULL,
  data   BLOB NOT NULL
) STRICT;
CREATE TRIGGER image_deleted AFTER DELETE ON image BEGIN
  DELETE FROM image_word    WHERE image = old.id;
  DELETE FROM image_colour  WHERE image = old.id;
  DELETE FROM image_setting WHERE image = old.id;
  DELETE FROM thumbnail     WHERE image = old.id;
END;

-- Where each value was read (the view evidence_of has the paths whole): file and line, or file and key, and what kind of text stands there.
CREATE TABLE evidence (
  model    INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field TEXT NOT NULL,                 -- framework, dataset, learning_rate, stage 2 epochs …
  value TEXT NOT NULL,
  path  TEXT,                          -- relative to the model's root; NULL: the model's own file
  line  INTEGER,
  key   TEXT,
  kind  TEXT NOT NULL,                 -- code, config, output, card, readme, docstring, name, git …
  note  TEXT,
  agrees INTEGER NOT NULL DEFAULT 1 CHECK (agrees IN (0, 1)), -- 0: text that contradicts the code
  PRIMARY KEY (model, position)
) STRICT, WITHOUT ROWID;

-- Text that is searched: what is known of the model in words, READMEs, docstrings, identifiers.
CREATE TABLE passage (
  id    INTEGER PRIMARY KEY,
  model INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  kind  TEXT NOT NULL,                 -- profile, docstring, readme, comment, code, markdown, run, checkpoint, note
  title TEXT NOT NULL DEFAULT '',
  text  TEXT NOT NULL,
  path  TEXT,                          -- NULL: the model's own file
  line  INTEGER,
  hash  INTEGER NOT NULL,              -- of title and text: equal passages share one encoding
  embed INTEGER NOT NULL DEFAULT 1 CHECK (embed IN (0, 1))
) STRICT;
CREATE INDEX passage_model ON passage (model);
CREATE INDEX passage_hash  ON passage (hash);

-- A script's statements without comments and formatting, a line each after its place and a tab, for
-- telling what differs between near-duplicates without their files. Compressed; in the shell:
--   SELECT sqlar_uncompress(text, length) FROM code WHERE model = 1;
CREATE TABLE code (
  model  INTEGER PRIMARY KEY REFERENCES model (id) ON DELETE CASCADE,
  length INTEGER NOT NULL,             -- bytes before compression
  text   BLOB NOT NULL                 -- zlib
) STRICT;

-- Every name in this file by its spelling without case, accents and punctuation, for the question
-- parser: point look-ups and near misses. Model ids have theirs in model.spelling. Written at the
-- end of an index run.
CREATE TABLE name_index (
  normalised TEXT NOT NULL,
  kind       TEXT NOT NULL,            -- family, dataset, optimizer, architecture, metric …
  value      TEXT NOT NULL,            -- the name as stored
  reversed   TEXT NOT NULL,            -- backwards, for near misses at the start of a word
  PRIMARY KEY (normalised, kind, value)  -- first in the row: the shell's 3.40 checks wrongly else
) STRICT, WITHOUT ROWID;
CREATE INDEX name_index_reversed ON name_index (reversed);

-- What people said of models: tags, notes, corrected values, owners of pictures. Apart from what was
-- read, so that indexing again loses none of it; a model that comes back, or whose file was moved, is
-- found again by path or content. A correction that is in force has also changed the row that it
-- corrects; before keeps, as JSON, what was read there.
CREATE TABLE remark (
  id           INTEGER PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('tag', 'note', 'set', 'unset', 'own')),
  model        INTEGER REFERENCES model (id) ON DELETE SET NULL,  -- NULL: it is not here (now)
  root         INTEGER REFERENCES root (id) ON DELETE CASCADE,
  model_id     TEXT NOT NULL,          -- of the model, when it was said
  path         TEXT NOT NULL,          -- of the model; relative to the root
  content_hash BLOB,
  field        TEXT,                   -- set, unset: the field; own: the path of the picture
  value        TEXT,                   -- the tag, the note, the value
  author       TEXT,
  made_at      TEXT NOT NULL,          -- ISO 8601 with offset
  undone_at    TEXT,                   -- NULL: it holds
  before       TEXT                    -- NULL: it is not in force
) STRICT;
CREATE INDEX remark_model ON remark (model, kind);
CREATE INDEX remark_value ON remark (kind, value COLLATE NOCASE);
CREATE INDEX remark_lost  ON remark (root, path) WHERE model IS NULL;

CREATE VIRTUAL TABLE passage_fts USING fts5 (
  title, text,
  content = 'passage', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);

-- How many passages have a word, for words so frequent that a search of a large catalogue must
-- not walk all of them. Counted anew when the catalogue has grown; empty in small ones.
CREATE TABLE frequent_word (
  word     TEXT PRIMARY KEY,           -- as the index has it, stemmed
  passages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One vector per passage: int8 components of a unit vector, read by sqlite-vec as vec_int8(vector).
-- cell is its cell in a large catalogue's approximate index, NULL where it is in none (yet).
CREATE TABLE embedding (
  passage INTEGER PRIMARY KEY REFERENCES passage (id) ON DELETE CASCADE,
  model   INTEGER NOT NULL,
  cell    INTEGER,
  vector  BLOB NOT NULL
) STRICT;
CREATE INDEX embedding_loose ON embedding (passage) WHERE cell IS NULL;

-- The approximate index of a large catalogue; empty in small ones. Vectors lie in the cell of the
-- nearest centroid, one packed block a cell: passage and model ids (4 bytes each), the signs of
-- the components of what is left when the centroid is subtracted, and of that rest its length and
-- how well the signs tell its direction (a byte each). What is found there is looked up in
-- embedding, so rows that were deleted since do no harm; an index run packs a cell with stale rows
-- anew.
CREATE TABLE cell (
  id       INTEGER PRIMARY KEY,
  centroid BLOB NOT NULL,              -- int8 components, as in embedding
  members  INTEGER NOT NULL DEFAULT 0,
  stale    INTEGER NOT NULL DEFAULT 0  -- deleted since the block was packed
) STRICT;
CREATE TABLE cell_block (
  cell     INTEGER PRIMARY KEY REFERENCES cell (id) ON DELETE CASCADE,
  passages BLOB NOT NULL,
  models   BLOB NOT NULL,
  signs    BLOB NOT NULL,
  scales   BLOB NOT NULL
) STRICT;
CREATE TRIGGER embedding_deleted AFTER DELETE ON embedding WHEN old.cell IS NOT NULL BEGIN
  UPDATE cell SET stale = stale + 1 WHERE id = old.cell;
END;

-- Sets of models in a large catalogue, for counts and combinations without a walk over rows: which
-- have a term, an optimizer, a day, a range of a number. bits is a bitmap of 65,536 model row ids
-- (bit i of block b: the model b * 65536 + i): up to 128 models as their places in the block (two
-- bytes each, the low one first), more as the bitmap, compressed by zlib where it is not 8,192 bytes
-- long. Lists whose names end with # hold no set but values of the block's models: numbers that no
-- list names exactly, ids and paths (how: modelsearch/search/large/columns.py). Empty in small
-- catalogues. Models that changed since the sets were written stand in posting_dirty, and are asked
-- directly.
CREATE TABLE posting (
  list  TEXT NOT NULL,
  block INTEGER NOT NULL,
  models INTEGER NOT NULL,             -- how many
  bits  BLOB NOT NULL,
  PRIMARY KEY (list, block)
) STRICT;
CREATE INDEX posting_block ON posting (block);
CREATE TABLE posting_dirty (model INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER model_added AFTER INSERT ON model BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.id);
END;
CREATE TRIGGER model_changed AFTER UPDATE ON model BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.id), (new.id);
END;
CREATE TRIGGER model_term_added AFTER INSERT ON model_term BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.model);
END;
CREATE TRIGGER model_term_changed AFTER UPDATE ON model_term BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.model), (new.model);
END;
CREATE TRIGGER model_term_deleted AFTER DELETE ON model_term BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.model);
END;
CREATE TRIGGER stage_added AFTER INSERT ON training_stage BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.model);
END;
CREATE TRIGGER stage_changed AFTER UPDATE ON training_stage BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.model), (new.model);
END;
CREATE TRIGGER stage_deleted AFTER DELETE ON training_stage BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.model);
END;
CREATE TRIGGER image_owner_added AFTER INSERT ON image WHEN new.model IS NOT NULL BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.model);
END;
CREATE TRIGGER image_owner_changed AFTER UPDATE OF model ON image BEGIN
  INSERT OR IGNORE INTO posting_dirty
    SELECT model FROM (SELECT old.model AS model UNION SELECT new.model) WHERE model IS NOT NULL;
END;
CREATE TRIGGER image_owner_deleted AFTER DELETE ON image WHEN old.model IS NOT NULL BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.model);
END;

CREATE TRIGGER passage_inserted AFTER INSERT ON passage BEGIN
  INSERT INTO passage_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER passage_deleted AFTER DELETE ON passage BEGIN
  INSERT INTO passage_fts (passage_fts, rowid, title, text)
    VALUES ('delete', old.id, old.title, old.text);
  DELETE FROM embedding WHERE passage = old.id;
END;
CREATE TRIGGER passage_updated AFTER UPDATE OF title, text ON passage BEGIN
  INSERT INTO passage_fts (passage_fts, rowid, title, text)
    VALUES ('delete', old.id, old.title, old.text);
  INSERT INTO passage_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
  DELETE FROM embedding WHERE passage = old.id;
END;

-- The shell does not enforce foreign keys unless told to; these keep the file whole all the same.
CREATE TRIGGER model_deleted AFTER DELETE ON model BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (old.id);
  DELETE FROM passage        WHERE model = old.id;
  DELETE FROM evidence       WHERE model = old.id;
  DELETE FROM image          WHERE model = old.id;
  DELETE FROM metric         WHERE model = old.id;
  DELETE FROM layer_fact     WHERE model = old.id;
  DELETE FROM hyperparameter WHERE model = old.id;
  DELETE FROM training_stage WHERE model = old.id;
  DELETE FROM model_term     WHERE model = old.id;
  DELETE FROM code           WHERE model = old.id;
  UPDATE remark SET model = NULL, before = NULL WHERE model = old.id;
  DELETE FROM run            WHERE model = old.id;
  DELETE FROM checkpoint     WHERE model = old.id;
  DELETE FROM artefact       WHERE root = old.root AND path = old.path;
END;
-- Runs and checkpoints go with their model and are found again by the next index run.
CREATE TRIGGER run_deleted AFTER DELETE ON run BEGIN
  UPDATE run_source SET state = NULL WHERE id = old.source;
  UPDATE checkpoint SET run = NULL WHERE run = old.id;
  UPDATE image      SET run = NULL WHERE run = old.id;
  DELETE FROM run_setting  WHERE run = old.id;
  DELETE FROM curve        WHERE run = old.id;
  DELETE FROM run_evidence WHERE run = old.id;
  DELETE FROM run_result   WHERE run = old.id;
  DELETE FROM metric       WHERE run = old.id;
  INSERT OR IGNORE INTO posting_dirty SELECT old.model WHERE old.model IS NOT NULL;
END;
CREATE TRIGGER run_added AFTER INSERT ON run WHEN new.model IS NOT NULL BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.model);
END;
CREATE TRIGGER run_moved AFTER UPDATE OF model ON run BEGIN
  INSERT OR IGNORE INTO posting_dirty
    SELECT model FROM (SELECT old.model AS model UNION SELECT new.model) WHERE model IS NOT NULL;
END;
CREATE TRIGGER checkpoint_deleted AFTER DELETE ON checkpoint BEGIN
  UPDATE run_source SET state = NULL WHERE id = old.source;
  DELETE FROM checkpoint_fact WHERE checkpoint = old.id;
  INSERT OR IGNORE INTO posting_dirty SELECT old.model WHERE old.model IS NOT NULL;
END;
CREATE TRIGGER checkpoint_added AFTER INSERT ON checkpoint WHEN new.model IS NOT NULL BEGIN
  INSERT OR IGNORE INTO posting_dirty VALUES (new.model);
END;
CREATE TRIGGER checkpoint_moved AFTER UPDATE OF model ON checkpoint BEGIN
  INSERT OR IGNORE INTO posting_dirty
    SELECT model FROM (SELECT old.model AS model UNION SELECT new.model) WHERE model IS NOT NULL;
END;
CREATE TRIGGER run_source_deleted AFTER DELETE ON run_source BEGIN
  DELETE FROM run        WHERE source = old.id;
  DELETE FROM checkpoint WHERE source = old.id;
END;
CREATE TRIGGER root_deleted AFTER DELETE ON root BEGIN
  DELETE FROM model    WHERE root = old.id;
  DELETE FROM image    WHERE root = old.id;
  DELETE FROM artefact WHERE root = old.id;
  DELETE FROM run_source WHERE root = old.id;
  DELETE FROM remark   WHERE root = old.id;
END;

-- One flat row per model: the columns of the result table.
CREATE VIEW models AS
SELECT
  m.model_id, m.name, m.kind, r.path AS root, m.path, m.size_bytes, m.created_at, m.modified_at,
  m.date_source, m.framework, m.framework_version, m.architecture,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.kind = 'family' ORDER BY x.position)) AS families,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.axis = 'built of' ORDER BY x.position)) AS built_of,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.axis = 'trained as' ORDER BY x.position)) AS trained_as,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.kind = 'dataset' AND x.role = 'train' ORDER BY x.position)) AS datasets,
  s.batch_size, s.learning_rate, s.optimizer, s.epochs,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.kind = 'hardware' ORDER BY x.position)) AS hardware,
  (SELECT group_concat(name, ', ') FROM (SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
    WHERE x.model = m.id AND t.kind = 'technique' ORDER BY x.position)) AS techniques,
  m.task, m.application, m.parameters, m.lines_of_code, m.description
FROM model m
JOIN root r ON r.id = m.root
LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1;

-- What each model is linked to, on which axis its families stand, and how strongly each link does.
CREATE VIEW terms AS
SELECT m.model_id, t.kind, t.name, t.axis, x.strength, x.role, x.subset, x.note
FROM model_term x JOIN model m ON m.id = x.model JOIN term t ON t.id = x.term
UNION ALL
SELECT model_id, 'task', task, NULL, task_strength, NULL, NULL, NULL FROM model
  WHERE task IS NOT NULL;

CREATE VIEW stages AS
SELECT m.model_id, s.position, s.name, s.main, s.main_rule, s.model_class, s.optimizer,
  s.learning_rate, s.batch_size, s.epochs, s.steps, s.episodes, s.weight_decay, s.betas,
  s.momentum, s.scheduler, s.loss, s.gradient_accumulation, s.mixed_precision, s.ema
FROM training_stage s JOIN model m ON m.id = s.model;

CREATE VIEW images AS
SELECT i.image_id, m.model_id, r.path AS root, i.path, i.created_at, i.modified_at, i.epoch,
  i.step, i.kind, i.format, i.width, i.height, i.frames, i.seconds, i.size_bytes, i.sha256,
  (SELECT group_concat(colour, ', ') FROM (SELECT c.colour FROM image_colour c
    WHERE c.image = i.id ORDER BY c.position)) AS colours,
  (SELECT group_concat(word, ', ') FROM (SELECT w.word FROM image_word w
    WHERE w.image = i.id AND w.source = 'name' ORDER BY w.word)) AS words,
  i.program, i.prompt, i.negative_prompt, i.metadata, i.owner_from, i.epoch_from,
  (SELECT u.run_id FROM run u WHERE u.id = i.run) AS run_id
FROM image i LEFT JOIN model m ON m.id = i.model JOIN root r ON r.id = i.root;

-- What people said, and holds.
CREATE VIEW remarks AS
SELECT coalesce(m.model_id, k.model_id) AS model_id, k.kind, k.field, k.value, k.author, k.made_at,
  m.id IS NOT NULL AS model_is_here
FROM remark k LEFT JOIN model m ON m.id = k.model WHERE k.undone_at IS NULL;

CREATE VIEW evidence_of AS
SELECT m.model_id, e.field, e.value, coalesce(e.path, m.path) AS path, e.line, e.key, e.kind,
  e.note, e.agrees
FROM evidence e JOIN model m ON m.id = e.model;

-- The runs that were recorded. main_metric is the result that the run is judged by: of the test,
-- else the validation, else the training data; main_best stands at the point main_at of its curve.
CREATE VIEW runs AS
SELECT m.model_id, r.run_id, r.tool, r.status, r.started_at, r.duration_s, r.experiment, r.name,
  c.name AS main_metric, c.split AS main_split, c.best AS main_best, c.best_at AS main_at,
  c.last AS main_last, r.learning_rate, r.batch_size, r.optimizer, r.epochs, r.epochs_done,
  r.steps_done, r.seed, r.dataset, r.hardware, r.devices, r.commit_hash, r.command, r.program,
  (SELECT group_concat(s.name || '=' || coalesce(s.text, s.number), ', ') FROM run_setting s
    WHERE s.run = r.id AND s.swept = 1) AS swept,
  r.parent, r.native_id, o.path AS root, r.path, r.owner_from
FROM run r JOIN root o ON o.id = r.root LEFT JOIN model m ON m.id = r.model
LEFT JOIN curve c ON c.id = (SELECT x.id FROM curve x WHERE x.run = r.id AND x.best IS NOT NULL
  ORDER BY CASE x.split WHEN 'test' THEN 0 WHEN 'validation' THEN 1 WHEN 'train' THEN 3 ELSE 2 END,
    x.name LIKE '%loss', x.higher_is_better DESC, x.id LIMIT 1);

CREATE VIEW curves AS
SELECT m.model_id, r.run_id, c.name, c.split, c.tag, c.counter, c.points, c.first, c.last,
  c.last_at, c.best, c.best_at, c.lowest, c.highest, c.bad_at, c.higher_is_better,
  CASE WHEN c.path IS NULL THEN r.path WHEN c.path LIKE './%' THEN r.path || substr(c.path, 2)
    ELSE c.path END AS path, c.line, c.key
FROM curve c JOIN run r ON r.id = c.run LEFT JOIN model m ON m.id = r.model;

CREATE VIEW checkpoints AS
SELECT m.model_id, r.run_id, o.path AS root, k.path, k.format, k.size_bytes, k.files, k.saved_at,
  k.epoch, k.step, k.parameters, k.tensors, k.dtype, k.class, k.base_model, k.monitored,
  k.monitored_value, k.is_best, k.is_last, k.is_pointer, k.framework_version, k.sha256, k.note,
  k.owner_from
FROM checkpoint k JOIN root o ON o.id = k.root LEFT JOIN model m ON m.id = k.model
LEFT JOIN run r ON r.id = k.run;

-- Where the values of runs were read, their settings included.
CREATE VIEW evidence_of_runs AS
SELECT m.model_id, r.run_id, e.field, e.value,
  CASE WHEN e.path IS NULL THEN r.path WHEN e.path LIKE './%' THEN r.path || substr(e.path, 2)
    ELSE e.path END AS path, e.line, e.key, e.agrees, e.note
FROM run_evidence e JOIN run r ON r.id = e.run LEFT JOIN model m ON m.id = r.model
UNION ALL
SELECT m.model_id, r.run_id, 'setting ' || s.name, coalesce(s.text, s.number),
  CASE WHEN s.path IS NULL THEN r.path WHEN s.path LIKE './%' THEN r.path || substr(s.path, 2)
    ELSE s.path END, s.line, s.key, 1, NULL
FROM run_setting s JOIN run r ON r.id = s.run LEFT JOIN model m ON m.id = r.model;

-- How many models have each value. Families count what is below them too (RNN counts LSTMs);
-- optimizers are those of main stages, classes those of any stage.
CREATE VIEW facets AS
SELECT a.kind AS facet, a.name AS value, count(DISTINCT x.model) AS models
  FROM term a JOIN term_ancestor c ON c.ancestor = a.id JOIN model_term x ON x.term = c.term
  WHERE a.kind <> 'dataset' OR x.role = 'train'
  GROUP BY a.id
UNION ALL
SELECT 'optimizer', optimizer, count(*) FROM training_stage
  WHERE optimizer IS NOT NULL AND main = 1 GROUP BY optimizer
UNION ALL
SELECT 'month', substr(created_at, 1, 7), count(*) FROM model
  WHERE created_at IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'architecture', class, count(DISTINCT model) FROM (
    SELECT id AS model, architecture AS class FROM model
    UNION ALL SELECT model, model_class FROM training_stage)
  WHERE class IS NOT NULL GROUP BY class COLLATE NOCASE;
