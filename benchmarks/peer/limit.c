/* The subset as a plain loop per run in C: the limit against which the engine is measured.
 *
 * Same actors, rules, equations, distributions and measures as subset.yaml. P(mechanism_parameter) are the numbers of the scenario,
 * given at run time. Built by run.py: gcc -O3 -march=native.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "indices.h"

enum { BELARUS, LITHUANIA, NATO, POLAND, RUSSIA, UKRAINE, ACTORS };
enum { THREATEN, REASSURE, WATCH, DRILL, PROVOKE, RESTRAIN, CALM, ACTIONS };
enum { RHETORIC, REASSURANCE, VIGILANCE, COUNTER, PROVOKED, RESTRAINT, PUSHES };
enum { PAIRS = 6, DAYS = 98, START = 11, END = 17, DEPLOY = 14, WITHDRAW = 14 };
#define P(name) (p[name])
#define LN2 0.6931471805599453

typedef struct { uint64_t state; } Luck;

static inline double uniform(Luck *luck) {
    uint64_t x = (luck->state += 0x9E3779B97F4A7C15ULL);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    x ^= x >> 31;
    return ((double)(x >> 12) + 0.5) * 2.220446049250313e-16;
}
static inline double normal(Luck *luck) {
    return sqrt(-2.0 * log(uniform(luck))) * cos(6.283185307179586 * uniform(luck));
}
static inline double gumbel(Luck *luck) { return -log(-log(uniform(luck))); }
static inline double clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
static inline double c01(double x) { return clip(x, 0.0, 1.0); }
static inline double relax(double x, double target, double rate) { return x + (1.0 - exp(-rate)) * (target - x); }
static inline double logistic(double x) { return 1.0 / (1.0 + exp(-x)); }

typedef struct {
    double threat[ACTORS], memory[ACTORS], rhetoric[ACTORS], reassurance[ACTORS], credibility[ACTORS], vigilance[ACTORS],
        posture[ACTORS], hotline[ACTORS], roe[ACTORS], erratic[ACTORS], legitimacy[ACTORS], provoked[ACTORS], counter[ACTORS],
        incident[ACTORS], clash[ACTORS], near[ACTORS], force[ACTORS], since[ACTORS][ACTIONS], push[ACTORS][PUSHES];
    double tension, anomaly, esc[2], left[2], calm, troops[PAIRS], coming[PAIRS], want[PAIRS], guests, incidents, unintended;
    int urgent[ACTORS];
} World;

/* One channel: rules with a score, best of them and holding. */
#define CHANNEL double top = T * gumbel(luck); int best = -1;
#define RULE(action, when, weight) if (when) { double s = (weight) + T * gumbel(luck); if (s > top) { top = s; best = action; } }
#define ORDER(actor) if (best >= 0) orders[count][0] = actor, orders[count++][1] = best;

static int decide(const double *p, World *w, Luck *luck, int day, int orders[][2]) {
    int count = 0;
    double t = w->tension;
    for (int a = 0; a < ACTORS; a++) {
        if (day % 7 && !w->urgent[a]) continue;
        double T = p[temperature_belarus + a], *since = w->since[a], threat = w->threat[a];
        switch (a) {
        case RUSSIA:
            { CHANNEL RULE(THREATEN, 1, 1.1 * threat - 0.6 + 0.4 * w->vigilance[NATO])
              RULE(REASSURE, since[REASSURE] > 13, 0.5 - threat + 0.3 * t) ORDER(a) }
            { CHANNEL RULE(PROVOKE, t > 0.3 && since[PROVOKE] > 20, 0.8 * threat - 0.7 * w->hotline[a])
              RULE(RESTRAIN, 1, 0.9 * t - 0.5 * threat) ORDER(a) }
            { CHANNEL RULE(CALM, w->esc[0] > 2, 0.8 * t - 0.2) ORDER(a) }
            break;
        case BELARUS:
            { CHANNEL RULE(THREATEN, 1, 0.9 * threat + 0.4 * w->erratic[a] - 0.7)
              RULE(REASSURE, t > 0.4, 0.2 - 0.5 * w->rhetoric[a]) ORDER(a) }
            { CHANNEL RULE(PROVOKE, since[PROVOKE] > 13, 0.8 * w->erratic[a] * t + 0.3 * w->rhetoric[a] - 0.3)
              RULE(RESTRAIN, 1, 0.5 * t - 0.3) ORDER(a) }
            break;
        case NATO:
            { CHANNEL RULE(REASSURE, t > 0.3, 0.6 * t - 0.2 * threat) ORDER(a) }
            { CHANNEL RULE(WATCH, 1, 1.2 * threat - 0.8 * w->vigilance[a])
              RULE(DRILL, since[DRILL] > 27 && threat > 0.4,
                   threat + 0.5 * fmax(w->rhetoric[RUSSIA], w->rhetoric[BELARUS]) - 0.7) ORDER(a) }
            { CHANNEL RULE(CALM, t > 0.35, 0.7 * t - 0.1) ORDER(a) }
            break;
        case UKRAINE:
            { CHANNEL RULE(THREATEN, 1, 0.4 * threat - 0.4) ORDER(a) }
            { CHANNEL RULE(WATCH, 1, threat - 0.7 * w->vigilance[a]) RULE(DRILL, since[DRILL] > 20, 0.9 * threat - 0.5) ORDER(a) }
            break;
        default:
            { CHANNEL RULE(THREATEN, 1, 0.7 * threat - 0.6 + 0.2 * w->rhetoric[BELARUS]) ORDER(a) }
            { CHANNEL RULE(WATCH, 1, 1.1 * threat - 0.6 * w->vigilance[a])
              RULE(RESTRAIN, w->incident[a] > 0 || t > 0.5, 0.4 + 0.5 * w->roe[a] - 0.4 * threat) ORDER(a) }
            { CHANNEL RULE(CALM, t > 0.5, 0.5 * t - 0.3 * threat) ORDER(a) }
        }
    }
    return count;
}

static void adjudicate(World *w, int orders[][2], int count) {
    for (int i = 0; i < count; i++) {
        int a = orders[i][0];
        w->since[a][orders[i][1]] = 0;
        switch (orders[i][1]) {
        case THREATEN: w->push[a][RHETORIC] += 0.15; break;
        case REASSURE: w->push[a][REASSURANCE] += 0.2; w->push[a][RHETORIC] -= 0.1; break;
        case WATCH: w->push[a][VIGILANCE] += 0.1; break;
        case DRILL: w->push[a][COUNTER] += 0.8; break;
        case PROVOKE: w->push[a == RUSSIA ? POLAND : LITHUANIA][PROVOKED] += 0.4; break;
        case RESTRAIN: w->push[a][RESTRAINT] += 0.4; break;
        default: w->calm -= 0.03;
        }
    }
}

/* Pairs: baranovichi, brest, grodno; at each belarus, russia. */
static const double SHARE[3] = {0.3, 0.3, 0.4}, GARRISON[PAIRS] = {3000.0, 500.0, 0, 0, 0, 0};

static double move(const double *p, World *w, Luck *luck, int day) {
    double rising = c01((day - START + DEPLOY + 1.0) / (DEPLOY + 1.0));
    double level = rising * fmax(1.0 - fmax(day - END, 0.0) / (WITHDRAW + 1.0), 0.0);
    double ahead = c01((day + P(exercises_lead) - START + DEPLOY + 1.0) / (DEPLOY + 1.0));
    double wanted = day <= END ? ahead : level;
    for (int a = 0; a < ACTORS; a++) w->near[a] = 1.0 - (1.0 - level * p[reach_belarus + a]);
    for (int k = 0; k < PAIRS; k++) {
        w->want[k] = 20000.0 * wanted * (k % 2 ? 0.6 : 0.4) * SHARE[k / 2] + GARRISON[k];
        if (day == 0) w->troops[k] = w->want[k], w->coming[k] = 0.0;
    }
    double noise = P(forces_rail_noise), chance = exp(noise * normal(luck) - 0.5 * noise * noise);
    w->guests = 0.0;
    for (int owner = 0; owner < 2; owner++) {
        double capacity = owner ? P(forces_trains_per_day) * P(forces_troops_per_train) * chance : P(forces_home_rate) * chance;
        double need[PAIRS], going[PAIRS], turned[PAIRS], needs = 0.0, goes = 0.0;
        for (int k = owner; k < PAIRS; k += 2) {
            double have = w->troops[k] + w->coming[k], excess = fmax(have - w->want[k], 0.0);
            need[k] = fmax(w->want[k] - have, 0.0);
            turned[k] = fmin(w->coming[k], excess);
            going[k] = excess - turned[k];
            needs += need[k], goes += going[k];
        }
        double come = fmin(1.0, capacity / fmax(needs, 1.0)), leave = fmin(1.0, capacity / fmax(goes, 1.0));
        double share = 1.0 - exp(-1.0 / P(forces_travel));
        for (int k = owner; k < PAIRS; k += 2) {
            double coming = w->coming[k] - turned[k] + need[k] * come, arrived = coming * share;
            w->troops[k] = fmax(w->troops[k] + arrived - going[k] * leave, 0.0);
            w->coming[k] = coming - arrived;
            if (owner) w->guests += w->troops[k];
        }
    }
    for (int a = 0; a < ACTORS; a++) {
        w->force[a] = 0.0;
        for (int k = 0; k < PAIRS; k++) w->force[a] += w->troops[k] * p[near_belarus + ACTORS * (k / 2) + a];
    }
    return level;
}

static const int BORDERS[3] = {LITHUANIA, POLAND, UKRAINE}, WATCHERS[4] = {LITHUANIA, NATO, POLAND, UKRAINE};

static void friction(const double *p, World *w, Luck *luck) {
    double far = w->push[BELARUS][RESTRAINT] + w->push[RUSSIA][RESTRAINT];
    double erratic = 1.0 + P(incidents_erratic_gain) * w->erratic[BELARUS];
    double fade = pow(0.5, 1.0 / P(incidents_provoked_half_life));
    for (int b = 0; b < 3; b++) {
        int a = BORDERS[b];
        double v = w->provoked[a] = clip(w->provoked[a] * fade + w->push[a][PROVOKED] - w->push[a][RESTRAINT] - far, -1.0, 1.0);
        double density = c01(P(incidents_density_base) + P(incidents_density_exercise) * w->near[a]
                             + P(incidents_density_force) * w->force[a] / (w->force[a] + P(incidents_force_half)));
        double natural = P(incidents_rate) * density * (P(incidents_tension_floor) + w->tension) * erratic
                         * (1.0 + P(incidents_exercise_boost) * w->near[a]);
        double rate = natural * exp(-P(incidents_restraint_gain) * fmax(-v, 0.0)) + P(incidents_provoked_rate) * fmax(v, 0.0);
        double none = exp(-rate), one = none * rate, two = one * rate / 2.0, luck1 = uniform(luck);
        double n = (luck1 > none) + (luck1 > none + one) + (luck1 > none + one + two);
        double clear = w->roe[a] + P(incidents_far_side) * (w->roe[BELARUS] - w->roe[a]);
        double act = uniform(luck), worse = uniform(luck);
        int rogue = n > 0 && act < P(incidents_unauthorised_share) * (1.0 - P(incidents_roe_unauthorised) * clear);
        double chance = P(incidents_clash_share) * (1.0 - P(incidents_roe_severity) * clear) * erratic * (0.5 + w->tension);
        if (rogue) chance *= P(incidents_unauthorised_severity);
        w->incident[a] = n, w->clash[a] = n > 0 && worse < chance, w->incidents += n;
    }
    double hotline = (w->hotline[BELARUS] + w->hotline[NATO] + w->hotline[RUSSIA]) / 3.0;
    double clear = (w->roe[LITHUANIA] + w->roe[POLAND]) / 2.0;
    double caution = (1.0 + P(escalation_erratic_gain) * w->erratic[BELARUS])
                     * (1.0 - P(escalation_hotline_gain) * hotline) * (1.0 - P(escalation_roe_gain) * clear);
    for (int k = 0; k < 2; k++) {
        double x = uniform(luck), up = P(escalation_odds_up) + P(escalation_slip) * pow(P(escalation_slip_growth), w->esc[k]) * caution;
        int open = P(escalation_absorbing) < 0.5 || (w->esc[k] > 0 && w->esc[k] < P(escalation_top));
        if (open && x < up && w->esc[k] < P(escalation_top))
            w->esc[k] += 1, w->left[k] = P(escalation_step_days), w->unintended += 1;
        else if (open && x >= 1.0 - P(escalation_odds_down) && w->esc[k] > 0)
            w->esc[k] -= 1, w->left[k] = P(escalation_step_days);
    }
}

static void settle(const double *p, World *w, int a, double aim) {
    double rate = aim > w->threat[a] ? 1.0 / P(threat_rise_days) : 1.0 / P(threat_fall_days);
    double shock = P(threat_incident_shock) * fmin(w->incident[a], 1.0) + P(threat_clash_shock) * w->clash[a];
    w->threat[a] = c01(relax(w->threat[a], aim, rate) + shock);
}

static void fear(const double *p, World *w, double level) {
    double before = w->anomaly;
    w->anomaly = fmax(level * (2.0 / 6.0), before * pow(0.5, 1.0 / P(threat_anomaly_half_life)));
    double words = (w->rhetoric[BELARUS] + w->rhetoric[RUSSIA]) / 2.0, keep = pow(0.5, 1.0 / P(threat_memory_half_life));
    double comfort = (w->reassurance[BELARUS] * w->credibility[BELARUS] + w->reassurance[RUSSIA] * w->credibility[RUSSIA]) / 2.0;
    double merging = -P(threat_integration) * P(threat_integration_usual) - P(threat_economy) * P(threat_economy_usual);
    for (int i = 0; i < 4; i++) {
        int a = WATCHERS[i], front = a == LITHUANIA || a == POLAND;
        w->memory[a] = c01(w->memory[a] * keep + P(threat_surprise) * (fmax(w->anomaly - before, 0.0) + w->clash[a]));
        double worry = P(threat_exercise) * w->near[a] + P(threat_anomaly) * w->anomaly + P(threat_rhetoric) * words + P(threat_memory) * w->memory[a]
                       + P(threat_erraticism) * w->erratic[BELARUS] * front + merging + P(threat_intent) * P(threat_intent_doubt)
                       - P(threat_reassurance) * comfort;
        settle(p, w, a, logistic(P(threat_base) + (a == NATO ? P(threat_alliance) : P(threat_front_line)) * worry));
    }
    double counter = fmax(fmax(w->counter[LITHUANIA], w->counter[NATO]), fmax(w->counter[POLAND], w->counter[UKRAINE]));
    double doings = P(threat_patron_posture) * c01(w->posture[NATO])
                    + P(threat_patron_vigilance) * (w->vigilance[LITHUANIA] + w->vigilance[POLAND]) / 2.0
                    + P(threat_patron_counter) * counter;
    double aim = logistic(P(threat_patron_base) + P(threat_spiral_to_patron) * doings
                          + P(threat_patron_relations) * (1.0 - P(relations)) / 2.0);
    settle(p, w, BELARUS, aim), settle(p, w, RUSSIA, aim);
}

static void drift(const double *p, World *w, double level) {
    double rate = LN2 / P(rhetoric_half_life);
    for (int a = 0; a < ACTORS; a++) {
        double base = P(rhetoric_tone) * w->threat[a] + (a == BELARUS ? P(rhetoric_enemy_need) * (1.0 - w->legitimacy[a]) : 0.0);
        w->rhetoric[a] = c01(relax(w->rhetoric[a], base, rate) + w->push[a][RHETORIC]);
        w->reassurance[a] = c01(relax(w->reassurance[a], 0.0, rate) + w->push[a][REASSURANCE]);
        w->credibility[a] = c01(relax(w->credibility[a], P(rhetoric_credibility_norm), 1.0 / P(rhetoric_credibility_days)));
    }
    fear(p, w, level);
    double keep = pow(0.5, 1.0 / P(posture_counter_half_life));
    for (int i = 0; i < 4; i++) {
        int a = WATCHERS[i];
        double aim = c01(P(posture_vigilance_base) + P(posture_vigilance_threat) * w->threat[a] + P(posture_vigilance_anomaly) * w->anomaly);
        double speed = aim > w->vigilance[a] ? 1.0 / P(posture_rise_days) : 1.0 / P(posture_fall_days);
        w->vigilance[a] = c01(relax(w->vigilance[a], aim, speed) + w->push[a][VIGILANCE]);
        w->counter[a] = c01(w->counter[a] * keep + w->push[a][COUNTER]);
    }
    double near = fmax(w->near[LITHUANIA], fmax(w->near[POLAND], w->near[UKRAINE]));
    double aim = c01(P(escalation_tension_threat) * (w->threat[LITHUANIA] + w->threat[POLAND]) / 2.0
                     + P(escalation_tension_rhetoric) * fmax(w->rhetoric[BELARUS], w->rhetoric[RUSSIA])
                     + P(escalation_tension_exercise) * near);
    double speed = aim > w->tension ? 1.0 / P(escalation_rise_days) : 1.0 / P(escalation_fall_days);
    int happened = w->incident[LITHUANIA] > 0 || w->incident[POLAND] > 0 || w->incident[UKRAINE] > 0;
    int clashed = w->clash[LITHUANIA] > 0 || w->clash[POLAND] > 0 || w->clash[UKRAINE] > 0;
    w->tension = c01(relax(w->tension, aim, speed) + P(escalation_incident_shock) * happened + P(escalation_clash_shock) * clashed
                     + w->calm);
}

static void ladder(const double *p, World *w) {
    int members = w->incident[LITHUANIA] > 0 || w->incident[POLAND] > 0, shots = w->clash[LITHUANIA] > 0 || w->clash[POLAND] > 0;
    double caused[2] = {0, 0}, days[2] = {0, 0};
    if (w->rhetoric[RUSSIA] > 0.5 || w->rhetoric[BELARUS] > 0.5) caused[0] = 1, days[0] = 7;
    if (w->tension > 0.45) caused[0] = 2, days[0] = 7;
    if (members) caused[0] = 3, days[0] = 10;
    if (shots) caused[0] = 5, days[0] = 21;
    if (w->counter[UKRAINE] > 0.3) caused[1] = 1, days[1] = 7;
    if (w->incident[UKRAINE] > 0) caused[1] = 3, days[1] = 10;
    for (int k = 0; k < 2; k++) {
        double held = fmax(w->esc[k], caused[k]), left = w->left[k] - 1.0;
        if (caused[k] >= w->esc[k] && caused[k] > 0) w->esc[k] = held, w->left[k] = days[k];
        else if (left <= 0 && held > 0) w->esc[k] = held - 1.0, w->left[k] = P(escalation_step_days);
        else w->esc[k] = held, w->left[k] = fmax(left, 0.0);
        if (w->esc[k] == 0) w->left[k] = 0.0;
    }
}

/* Play runs first .. first+count-1; measures[m * count + run], in the order of MEASURES in run.py. */
void play(const double *p, const double *start, uint64_t seed, long first, long count, double *measures) {
    for (long run = 0; run < count; run++) {
        Luck luck = {seed * 0xD1342543DE82EF95ULL + (uint64_t)(first + run) * 0xA0761D6478BD642FULL};
        World w;
        memset(&w, 0, sizeof w);
        double *field[12] = {w.threat, w.memory, w.rhetoric, w.reassurance, w.credibility, w.vigilance, w.posture, w.hotline, w.roe,
                             w.erratic, w.legitimacy, w.provoked};
        for (int f = 0; f < 12; f++) memcpy(field[f], start + f * ACTORS, ACTORS * sizeof(double));
        for (int a = 0; a < ACTORS; a++) for (int k = 0; k < ACTIONS; k++) w.since[a][k] = 9999;
        w.tension = P(tension);
        double tension = 0, threat = 0, rhetoric = 0, guests = 0, border = 0, tension_max = 0, guests_max = 0, esc_max = 0;
        for (int day = 0; day < DAYS; day++) {
            int orders[32][2];
            memset(w.push, 0, sizeof w.push);
            w.calm = 0.0;
            for (int a = 0; a < ACTORS; a++) for (int k = 0; k < ACTIONS; k++) w.since[a][k] += 1;
            double level = move(p, &w, &luck, day);
            adjudicate(&w, orders, decide(p, &w, &luck, day, orders));
            friction(p, &w, &luck);
            drift(p, &w, level);
            ladder(p, &w);
            w.urgent[RUSSIA] = w.urgent[BELARUS] = w.tension > 0.7;
            w.urgent[POLAND] = w.incident[POLAND] > 0, w.urgent[LITHUANIA] = w.incident[LITHUANIA] > 0;
            tension += w.tension, threat += w.threat[NATO], rhetoric += w.rhetoric[BELARUS], guests += w.guests, border += w.esc[0];
            tension_max = fmax(tension_max, w.tension), guests_max = fmax(guests_max, w.guests);
            esc_max = fmax(esc_max, fmax(w.esc[0], w.esc[1]));
        }
        double found[14] = {w.tension, tension / DAYS, tension_max, w.threat[POLAND], w.threat[RUSSIA], threat / DAYS, rhetoric / DAYS,
                            w.vigilance[NATO], guests_max, guests / DAYS, w.incidents, esc_max, border / DAYS, w.unintended};
        for (int m = 0; m < 14; m++) measures[m * count + run] = found[m];
    }
}
