#? script
from network import create, train

model = train(create(), epochs=100)
#? task classification
