"""The teaching seminar: a room of people plays a crisis. The session is a plain state machine; the web part stands on top."""
