package io.tarn.conformance;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ContinueTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EmptyStatementTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Holds Java sources to the rules of STYLE.md that a formatter leaves open, and brings them there.
///
/// java conformance/src/test/java/io/tarn/conformance/Dialect.java [--check] FILE…
///
/// Braces: a body that is one simple statement and fits on the line of its condition stands there
/// without braces, unless there is an `else`; every other body has braces.
///
/// `var`: where the right side names the type (`new`, a cast, a static method of a type) and
/// nowhere else but in patterns, lambdas and for what is not used (`_`). This one is only checked:
/// what the type is, the compiler knows.
final class Dialect {
  private static final int WIDTH = 100;
  private static final Pattern VAR = Pattern.compile("(final )?var\\b");

  private record Edit(long from, long to, String text) {}

  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final String source;
  private final List<Edit> edits = new ArrayList<>();
  private final Set<IfTree> chained = new HashSet<>();
  private final SortedMap<Long, String> complaints = new TreeMap<>();

  private Dialect(CompilationUnitTree unit, SourcePositions positions, String source) {
    this.unit = unit;
    this.positions = positions;
    this.source = source;
  }

  public static void main(String[] args) throws IOException {
    boolean check = args.length > 0 && args[0].equals("--check");
    var files = new ArrayList<Path>();
    for (int i = check ? 1 : 0; i < args.length; i++) files.add(Path.of(args[i]));
    List<Dialect> read = of(files);
    if (!check) {
      for (Dialect each : read) each.edit();
    }
    List<String> complaints = new ArrayList<>();
    for (Dialect each : read) complaints.addAll(each.complaints(check));
    complaints.forEach(System.out::println);
    if (!complaints.isEmpty()) System.exit(1);
  }

  /// What is not as it should be, each with file and line.
  static List<String> complaints(List<Path> files) throws IOException {
    return of(files).stream().flatMap(each -> each.complaints(true).stream()).toList();
  }

  private static List<Dialect> of(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var read = new ArrayList<Dialect>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  _ -> {},
                  List.of("-proc:none", "--release", "25"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        String source = unit.getSourceFile().getCharContent(true).toString();
        var dialect = new Dialect(unit, positions, source);
        dialect.read();
        read.add(dialect);
      }
    }
    return read;
  }

  private void edit() throws IOException {
    if (!edits.isEmpty()) Files.writeString(Path.of(unit.getSourceFile().toUri()), edited());
  }

  private void read() {
    new TreeScanner<Object, Object>() {
      @Override
      public Object scan(Tree tree, Object whole) {
        look(tree);
        return super.scan(tree, whole);
      }
    }.scan(unit, unit);
  }

  private void look(Tree tree) {
    switch (tree) {
      case IfTree choice -> lookAt(choice);
      case ForLoopTree loop -> body(loop, loop.getStatement(), false);
      case EnhancedForLoopTree loop -> body(loop, loop.getStatement(), false);
      case WhileLoopTree loop -> body(loop, loop.getStatement(), false);
      case DoWhileLoopTree loop -> body(loop, loop.getStatement(), true);
      case VariableTree variable -> lookAt(variable);
      case null, default -> {}
    }
  }

  /// The first `if` of a chain is met before those behind its `else`.
  private void lookAt(IfTree tree) {
    StatementTree otherwise = tree.getElseStatement();
    body(tree, tree.getThenStatement(), otherwise != null || chained.contains(tree));
    if (otherwise instanceof IfTree next) {
      chained.add(next);
    } else if (otherwise != null) {
      body(tree, otherwise, true);
    }
  }

  private void body(Tree whole, StatementTree body, boolean braces) {
    if (body instanceof EmptyStatementTree) return;
    boolean has = body instanceof BlockTree;
    Optional<StatementTree> bare =
        braces ? Optional.empty() : only(body).filter(only -> fits(whole, body, only));
    if (has && bare.isPresent()) {
      complain(body, "no braces are needed here");
      edits.add(new Edit(start(body), start(bare.get()), ""));
      edits.add(new Edit(end(bare.get()), end(body), ""));
    } else if (!has && bare.isEmpty()) {
      complain(body, "braces are missing");
      edits.add(new Edit(start(body), start(body), "{"));
      edits.add(new Edit(end(body), end(body), "}"));
    }
  }

  /// The one simple statement that a body consists of; empty when it is something else.
  private Optional<StatementTree> only(StatementTree body) {
    StatementTree only = body;
    if (body instanceof BlockTree block) {
      if (block.getStatements().size() != 1) return Optional.empty();
      only = block.getStatements().getFirst();
      String around = text(start(body), start(only)) + text(end(only), end(body));
      boolean commented = !around.replaceAll("\\s", "").equals("{}");
      if (commented) return Optional.empty();
    }
    return isSimple(only) ? Optional.of(only) : Optional.empty();
  }

  private static boolean isSimple(StatementTree tree) {
    return tree instanceof ReturnTree
        || tree instanceof ThrowTree
        || tree instanceof BreakTree
        || tree instanceof ContinueTree
        || tree instanceof ExpressionStatementTree
        || tree instanceof YieldTree;
  }

  private boolean fits(Tree whole, StatementTree body, StatementTree only) {
    String head = text(start(whole), start(body)).stripTrailing();
    String tail = text(start(only), end(only));
    if (head.contains("\n") || tail.contains("\n")) return false;
    return column(start(whole)) + head.length() + 1 + tail.length() <= WIDTH;
  }

  private void lookAt(VariableTree tree) {
    ExpressionTree value = tree.getInitializer();
    if (value == null || !isVar(tree) || names(value)) return;
    if (tree.getName().isEmpty() || tree.getName().contentEquals("_")) return;
    complain(tree, "`var` where the right side does not name the type");
  }

  private boolean isVar(VariableTree tree) {
    return VAR.matcher(text(start(tree), end(tree))).lookingAt();
  }

  private static boolean names(ExpressionTree value) {
    return switch (value) {
      case NewClassTree _, NewArrayTree _, TypeCastTree _, LiteralTree _ -> true;
      case ParenthesizedTree inner -> names(inner.getExpression());
      case MethodInvocationTree call ->
          call.getMethodSelect() instanceof MemberSelectTree select
              && isType(select.getExpression());
      default -> false;
    };
  }

  /// As names are written here.
  private static boolean isType(ExpressionTree tree) {
    return switch (tree) {
      case IdentifierTree name -> isCapital(name.getName().toString());
      case MemberSelectTree name -> isCapital(name.getIdentifier().toString());
      default -> false;
    };
  }

  private static boolean isCapital(String name) {
    return Character.isUpperCase(name.charAt(0)) && !name.equals(name.toUpperCase(Locale.ROOT));
  }

  private long start(Tree tree) {
    return positions.getStartPosition(unit, tree);
  }

  private long end(Tree tree) {
    return positions.getEndPosition(unit, tree);
  }

  private String text(long from, long to) {
    return source.substring((int) from, (int) to);
  }

  private long column(long at) {
    return at - (source.lastIndexOf('\n', (int) at - 1) + 1);
  }

  private void complain(Tree tree, String what) {
    complaints.put(start(tree), what);
  }

  private List<String> complaints(boolean all) {
    var list = new ArrayList<String>();
    for (Map.Entry<Long, String> complaint : complaints.entrySet()) {
      if (!all && !complaint.getValue().startsWith("`var`")) continue;
      long line = unit.getLineMap().getLineNumber(complaint.getKey());
      list.add(unit.getSourceFile().getName() + ":" + line + ": " + complaint.getValue());
    }
    return list;
  }

  private String edited() {
    var text = new StringBuilder(source);
    edits.sort(Comparator.comparingLong(Edit::from).thenComparingLong(Edit::to).reversed());
    for (Edit edit : edits) text.replace((int) edit.from(), (int) edit.to(), edit.text());
    return text.toString();
  }
}
