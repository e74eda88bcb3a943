#? script
#? a model; no episodes; no epochs
import hydra

@hydra.main(config_path="config/train.yaml", strict=True)
def main(cfg):
    agent = hydra.utils.instantiate(cfg.agent)
    step = 0
    while step < cfg.num_train_steps:
        agent.update(buffer)
        step += 1

if __name__ == "__main__":
    main()
