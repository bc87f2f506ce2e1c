namespace AuthDemo.Measurements;

/// <summary>A measurement that cannot be made. The message is one sentence that says what to do.</summary>
public sealed class MeasurementException(string message) : Exception(message);
