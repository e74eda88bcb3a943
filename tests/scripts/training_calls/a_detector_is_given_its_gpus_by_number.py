"""Ultralytics takes devices by their numbers."""

from ultralytics import YOLO

model = YOLO("yolov8n.pt")
model.train(data="coco128.yaml", epochs=3, batch=8, device=[0, 1])  #? hardware CUDA
