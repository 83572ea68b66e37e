"""The application: knows neither Telegram handlers nor storage."""
