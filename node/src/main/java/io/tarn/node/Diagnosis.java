package io.tarn.node;

/// What one check of `tarn doctor` came to. `advice` is what to do about it, empty when nothing is
/// to be done.
record Diagnosis(String check, State state, String detail, String advice) {
  enum State {
    OK("ok"),
    /// Works, but not well.
    WARNING("warn"),
    FAILED("FAIL"),
    /// Could not be looked at.
    SKIPPED("skip");

    private final String text;

    State(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static Diagnosis ok(String check, String detail) {
    return new Diagnosis(check, State.OK, detail, "");
  }

  static Diagnosis warning(String check, String detail, String advice) {
    return new Diagnosis(check, State.WARNING, detail, advice);
  }

  static Diagnosis failed(String check, String detail, String advice) {
    return new Diagnosis(check, State.FAILED, detail, advice);
  }

  static Diagnosis skipped(String check, String detail) {
    return new Diagnosis(check, State.SKIPPED, detail, "");
  }
}
