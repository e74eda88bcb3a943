import work
work.train(3)
