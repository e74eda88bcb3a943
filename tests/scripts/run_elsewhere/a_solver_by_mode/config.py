import argparse
def get_args():
    p = argparse.ArgumentParser()
    p.add_argument('--mode', default='train'); p.add_argument('--lr', type=float, default=0.02); p.add_argument('--batch_size', type=int, default=48); p.add_argument('--num_epochs', type=int, default=7)
    return p.parse_args()
