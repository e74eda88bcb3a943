"""Reading the headers of saved weights: never their tensors, and no pickle is ever executed."""
