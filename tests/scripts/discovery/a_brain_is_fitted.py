import speechbrain as sb, torch
class Brain(sb.Brain):
    def compute_forward(self, batch, stage): return self.modules.model(batch)
    def compute_objectives(self, p, batch, stage): return p.sum()
b = Brain({"model": torch.nn.Linear(3, 2)}, lambda x: torch.optim.SGD(x, 0.1))
b.fit(range(5), data)
#? a model
#? framework SpeechBrain
#? architecture Brain
