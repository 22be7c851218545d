"""Characters that an AI plays or draws: the rules of it. `pictures`: what is drawn, `compositions` and `poses`: how it is said."""
