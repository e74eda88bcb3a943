from practice import practise

practise().save("pilot")
