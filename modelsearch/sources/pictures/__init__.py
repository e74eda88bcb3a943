"""Reading pictures: what their bytes, names and embedded texts say."""
