import pyro, torch
from pyro.infer import SVI, Trace_ELBO
svi = SVI(model, guide, pyro.optim.Adam({"lr": 0.01}), loss=Trace_ELBO())
for s in range(1000):
    loss = svi.step(data)
#? a model
#? framework Pyro
#? steps 1000
