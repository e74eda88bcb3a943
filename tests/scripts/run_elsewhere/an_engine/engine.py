def train_step(model, loader, loss_fn, optimizer):
    for X, y in loader:
        loss = loss_fn(model(X), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
def train(model, train_loader, optimizer, loss_fn, epochs):
    results = {'loss': []}
    for epoch in range(epochs):
        train_step(model, train_loader, loss_fn, optimizer)
    return results
