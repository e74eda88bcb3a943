#? a model
import surprise  #? framework Surprise
algo = surprise.SVD(n_factors=9)  #? family Matrix factorisation
algo.fit(trainset)
