from communications.models.call_recording import CallRecording

__all__ = ["CallRecording"]
