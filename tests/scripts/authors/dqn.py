import gymnasium as gym, random, math, torch
from collections import deque, namedtuple
from torch import nn, optim
env = gym.make("CartPole-v1")
Transition = namedtuple("Transition", "s a n r")
class Memory:
    def __init__(self, cap): self.m = deque([], maxlen=cap)
    def push(self, *a): self.m.append(Transition(*a))
    def sample(self, n): return random.sample(self.m, n)
    def __len__(self): return len(self.m)
class QNet(nn.Module):
    def __init__(self, o, a):
        super().__init__(); self.l1 = nn.Linear(o, 128); self.l2 = nn.Linear(128, 128); self.l3 = nn.Linear(128, a)
    def forward(self, x): return self.l3(torch.relu(self.l2(torch.relu(self.l1(x)))))
BATCH_SIZE, GAMMA, LR = 128, .99, 1e-4
policy = QNet(4, 2); target = QNet(4, 2); target.load_state_dict(policy.state_dict())
optimizer = optim.AdamW(policy.parameters(), lr=LR, amsgrad=True); memory = Memory(10000)
def optimize():
    if len(memory) < BATCH_SIZE: return
    b = Transition(*zip(*memory.sample(BATCH_SIZE)))
    s, a, r, n = torch.cat(b.s), torch.cat(b.a), torch.cat(b.r), torch.cat(b.n)
    q = policy(s).gather(1, a)
    with torch.no_grad(): nxt = target(n).max(1).values
    loss = nn.SmoothL1Loss()(q, (nxt * GAMMA + r).unsqueeze(1))
    optimizer.zero_grad(); loss.backward(); optimizer.step()
for i_episode in range(600):
    s, _ = env.reset(); done = False
    while not done:
        a = policy(torch.tensor(s)[None]).argmax(1, keepdim=True)
        n, r, t, tr, _ = env.step(a.item()); memory.push(s, a, n, r); s = n; done = t or tr; optimize()
#? a model; task reinforcement learning; dataset CartPole; optimizer AdamW; learning_rate 0.0001; batch_size 128; no epochs
