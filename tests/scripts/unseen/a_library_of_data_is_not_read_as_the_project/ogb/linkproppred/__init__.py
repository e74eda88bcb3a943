class PygLinkPropPredDataset:
    def __init__(self, name): open('COLLAB.csv')
