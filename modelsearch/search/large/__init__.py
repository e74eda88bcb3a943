"""Large catalogues: stored sets of models, cells of vectors, rankers at a bounded cost."""
