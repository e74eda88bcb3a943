import tianshou as ts, torch, gymnasium as gym
net = ts.utils.net.common.Net((4,), 2, hidden_sizes=[128, 128])
optim = torch.optim.Adam(net.parameters(), lr=1e-3)
policy = ts.policy.DQNPolicy(net, optim, discount_factor=0.9)
result = ts.trainer.offpolicy_trainer(policy, tc, vc, max_epoch=10, step_per_epoch=10000, batch_size=64)
#? a model
#? architecture DQNPolicy
#? epochs 10
#? batch_size 64
