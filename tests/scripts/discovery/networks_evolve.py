import neat


def fitness(genomes, config):
    for number, genome in genomes:
        genome.fitness = play(neat.nn.FeedForwardNetwork.create(genome, config))


config = neat.Config(neat.DefaultGenome, neat.DefaultReproduction, neat.DefaultSpeciesSet,
                     neat.DefaultStagnation, "config.txt")
population = neat.Population(config)
winner = population.run(fitness, 300)
#? a model
#? framework NEAT-Python
