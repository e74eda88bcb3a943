from torch.nn import functional


class Rebuild:
    def update_weights(self, batch, coder):
        loss = functional.mse_loss(coder(batch), batch)
        coder.opt.zero_grad()
        loss.backward()
        coder.opt.step()
        return loss
