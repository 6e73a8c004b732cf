"""The outside of eyes: codecs (PyAV), pixels (OpenCV) and the face finder (ONNX Runtime), on one thread each."""
