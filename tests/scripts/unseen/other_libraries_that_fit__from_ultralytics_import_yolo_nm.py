#? a model
from ultralytics import YOLO  #? framework Ultralytics
m = YOLO('yolov8n.pt')  #? family YOLO; family CNN
m.train(data='d.yaml')
