#? script
from config import get_args
from solver import Solver
def main():
    args = get_args()
    solver = Solver(args)
    getattr(solver, args.mode)()
if __name__ == '__main__': main()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
