from torch.utils.data import Dataset
class KITTIDataset(Dataset):
    def __init__(self, root): self.root = root
