RATE = 0.07  #? learning_rate 0.07
