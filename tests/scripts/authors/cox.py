from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi
CoxPHFitter(penalizer=.1).fit(load_rossi(), duration_col="week", event_col="arrest").print_summary()
#? a model; task survival analysis
