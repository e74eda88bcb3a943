import pytorch_lightning as pl
import torch
