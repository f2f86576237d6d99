package io.tarn.identity;

/// What a condition asks for: a name and, for tags, which (`s3:ExistingObjectTag/<parameter>`). The
/// parameter is empty for the others; it is case-sensitive, names are not.
public record ConditionKey(ConditionName name, String parameter) {
  @Override
  public String toString() {
    return parameter.isEmpty() ? name.text() : name.text() + '/' + parameter;
  }
}
