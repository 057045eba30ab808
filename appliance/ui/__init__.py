"""The touch screen: Kivy screens that draw view models and send commands."""
