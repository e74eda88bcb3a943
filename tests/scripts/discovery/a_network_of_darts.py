from darts.datasets import AirPassengersDataset
from darts.models import NBEATSModel

series = AirPassengersDataset().load()
model = NBEATSModel(input_chunk_length=24, output_chunk_length=12, n_epochs=50, batch_size=32)
model.fit(series)
#? epochs 50
#? batch_size 32
