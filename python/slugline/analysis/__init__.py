"""What is asked of matches after tagging: each module adds its methods to `Matches`."""
