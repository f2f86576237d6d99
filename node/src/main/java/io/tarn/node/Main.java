package io.tarn.node;

/// Where the process begins.
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    ExitCode code = new Program(Terminal.ofProcess()).run(words);
    System.out.flush();
    System.exit(code.value());
  }
}
