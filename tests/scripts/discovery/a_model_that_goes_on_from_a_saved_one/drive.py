from main import crop
image = crop(camera.read())
