"""Publish a proposal, and watch its mails leave."""
