"""The door to the engine: applications, wishes and past matches become a problem."""
