"""What people say of models: tags, notes, corrections and owners of pictures.

A remark is a row of its own, with author and time, and is never changed by an index run.
:mod:`~modelsearch.index.remarks.saying` writes and takes back remarks,
:mod:`~modelsearch.index.remarks.applying` puts corrections into force: the row of the model then
holds the corrected value, with evidence of the kind ``corrected``, and the remark what was read.
"""
