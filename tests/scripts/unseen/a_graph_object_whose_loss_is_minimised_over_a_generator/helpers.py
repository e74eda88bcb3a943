def batches(data, batch_size, num_epochs):
    for epoch in range(num_epochs):
        for i in range(len(data) // batch_size):
            yield data[i * batch_size:(i + 1) * batch_size]
