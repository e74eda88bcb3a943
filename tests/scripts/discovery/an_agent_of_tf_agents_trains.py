import tensorflow as tf
from tf_agents.agents.dqn import dqn_agent
from tf_agents.networks import q_network
q = q_network.QNetwork(env.observation_spec(), env.action_spec(), fc_layer_params=(100,))
agent = dqn_agent.DqnAgent(env.time_step_spec(), env.action_spec(), q_network=q, optimizer=tf.keras.optimizers.Adam(1e-3))
for _ in range(20000):
    exp, _ = next(it)
    loss = agent.train(exp).loss
#? a model
#? architecture DqnAgent
