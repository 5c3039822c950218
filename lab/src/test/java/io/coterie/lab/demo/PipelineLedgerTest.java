package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.PipelineReport;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PipelineLedgerTest {
  private final PipelineLedger ledger = new PipelineLedger("cam");

  @Test
  void addsUpOverBoards() {
    hear("a", 10, 5, 1, 2);
    hear("b", 20, 7, 0, 1);
    PipelineFigures figures = ledger.figures();
    assertEquals(12, figures.offloads());
    assertEquals(1, figures.reoffered());
    assertEquals(3, figures.handedBack());
  }

  @Test
  void keepsWhatWasCountedBeforeABoardBeganAnew() {
    hear("a", 10, 5, 1, 2);
    hear("a", 30, 9, 1, 2);
    hear("a", 3, 1, 0, 0);
    assertEquals(10, ledger.figures().offloads());
    assertEquals(1, ledger.figures().reoffered());
    assertEquals(2, ledger.figures().handedBack());
  }

  @Test
  void leavesOtherDeploymentsOut() {
    ledger.load(new Load("other", 9, 1, 9));
    ledger.load(new Load("cam", 2, 1, 0));
    ledger.load(new Load("cam", 4, 1, 1));
    assertEquals(new PipelineFigures.Queue(3, 4), ledger.figures().inputQueue());
    assertEquals(new PipelineFigures.Queue(0.5, 1), ledger.figures().outputQueue());
  }

  @Test
  void saysWhatWasAdmittedLast() {
    assertEquals(0, ledger.figures().admittedPerSecond());
    ledger.admitted(new Admitted("a", 1, 20, 0.5));
    ledger.admitted(new Admitted("a", 1, 30, 0.25));
    assertEquals(30, ledger.figures().admittedPerSecond());
    assertEquals(0.25, ledger.figures().threshold());
  }

  private void hear(String agent, long computed, long offloaded, long reoffered, long refused) {
    PipelineReport piped =
        new PipelineReport(
            "cam", "b", "net", 0, 0, 0, List.of(computed), offloaded, reoffered, refused, null);
    ledger.report(
        agent,
        new Report(
            1,
            0,
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Report.Stops.NONE,
            List.of(piped)));
  }
}
