"""What a game was, when it is over: episodes, what decisions were worth, forecasts scored, one page to take home."""
