/* One reading of a class's cards, for one question. Who holds what stays in here: only numbers that were seen, and counts,
   ever leave it. */
(function () {
  "use strict";
  const Preau = (self.Preau = self.Preau || {});
  const AGREEING = 2; // sightings of a card that must agree before it is believed

  Preau.Reading = class {
    /** @param {number[][]} turns for each raising of the cards, the choice (by its place) of each letter from A */
    constructor(turns) {
      this.turns = turns;
      this.turn = 0;
      this.cards = new Map(); // number → {letter, agreeing, held: the letter of each turn}
    }

    /** Take what one picture shows. A card that is turned is believed again once it agrees with itself. */
    see(found) {
      for (const { number, letter } of found) {
        const card = this.cards.get(number) || { letter: -1, agreeing: 0, held: [] };
        card.agreeing = card.letter === letter ? card.agreeing + 1 : 1;
        card.letter = letter;
        if (card.agreeing >= AGREEING) card.held[this.turn] = letter;
        this.cards.set(number, card);
      }
    }

    /** The next choices: every card is raised again, and must be seen again. */
    next() {
      this.turn = Math.min(this.turn + 1, this.turns.length - 1);
      for (const card of this.cards.values()) card.agreeing = 0;
    }

    /** The choice of a card, by the first turn in which its letter stands for one; undefined when none does. */
    choiceOf(card) {
      for (const [turn, choices] of this.turns.entries()) {
        if (card.held[turn] < choices.length) return choices[card.held[turn]];
      }
      return undefined;
    }

    /** Numbers seen in this turn, and how many cards for each choice: never one beside the other. */
    told() {
      const counts = new Array(this.turns.flat().length).fill(0);
      const seen = [];
      for (const [number, card] of this.cards) {
        if (card.held[this.turn] !== undefined) seen.push(number);
        const choice = this.choiceOf(card);
        if (choice !== undefined) counts[choice] += 1;
      }
      return { turn: this.turn, seen: seen.sort((a, b) => a - b), counts: counts };
    }
  };
})();
