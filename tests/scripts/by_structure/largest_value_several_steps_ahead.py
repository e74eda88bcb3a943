import torch
import torch.nn.functional as F
class Quantiles(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a, self.b = torch.nn.Linear(4, 32), torch.nn.Linear(32, n)  #? family MLP
    def forward(self, x): return self.b(F.relu(self.a(x))), None
class Agent:
    def __init__(self, GAMMA, steps):
        self.GAMMA, self.steps = GAMMA, steps
        self.local, self.target = Quantiles(8), Quantiles(8)
        self.optimizer = torch.optim.Adam(self.local.parameters(), lr=0.001)
    def learn(self, states, actions, rewards, next_states, dones):
        ahead, _ = self.target(next_states)
        best = torch.argmax(ahead.mean(1), 1, keepdim=True)
        ahead = ahead.gather(2, best)
        goal = rewards + (self.GAMMA**self.steps * ahead * (1.0 - dones))  #? family DQN
        said, _ = self.local(states)
        loss = F.smooth_l1_loss(said.gather(2, actions), goal)
        self.optimizer.zero_grad(); loss.backward(); self.optimizer.step()
agent = Agent(0.99, 3)
for batch in torch.load("memory.pt"):
    agent.learn(*batch)
